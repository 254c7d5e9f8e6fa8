// A whole run in small: records and maps in, text or JSON out.
#include "runtime/output/consumer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/output/fake_run.h"

namespace sonde::output {
namespace {

using image::RecordKind;

// A pipe whose reading end tells what was written.
class Capture {
 public:
  Capture() { EXPECT_EQ(::pipe2(ends_, O_NONBLOCK | O_CLOEXEC), 0); }
  ~Capture() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  int fd() const { return ends_[1]; }
  std::string take() {
    std::string out(1 << 16, '\0');
    ssize_t size = ::read(ends_[0], out.data(), out.size());
    out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return out;
  }

 private:
  int ends_[2];
};

constexpr std::string_view kScript =
    "begin { printf(\"%s\", comm); }\ni:s:1 {\t@x = 5 / $zero; if (@flag[7]) { exit(); } }\n";

class Run : public ::testing::Test {
 protected:
  Run() : file(sources.add("stdin", std::string(kScript))) {
    number = run.integer(8, true);
    word = run.string(8);
  }
  Span span_of(std::string_view text) {
    auto begin = static_cast<std::uint32_t>(kScript.find(text));
    return {file, begin, begin + static_cast<std::uint32_t>(text.size())};
  }
  SiteId site(image::Site site) { return run.manifest.sites.push_back(std::move(site)); }
  static std::string record(SiteId site, const std::string& body = "") {
    return raw(image::RecordHeader{static_cast<std::uint32_t>(site),
                                   static_cast<std::uint32_t>(8 + body.size())}) +
           body;
  }
  // What `act` makes the output and standard error show.
  template <typename Act>
  void show(bool json, Act act) {
    OutputSetup setup{.manifest = run.manifest,
                      .sources = sources,
                      .style = {.stacks = run.stacks, .cut_mark = ".."},
                      .out = Writer::to_descriptor(out.fd(), "output", Buffering::kFull),
                      .messages = Writer::to_descriptor(err.fd(), "messages", Buffering::kNone)};
    auto output = json ? make_json_output(std::move(setup)) : make_text_output(std::move(setup));
    Consumer consumer(run.manifest, run.store, run.stacks, *output);
    act(consumer, *output);
    EXPECT_TRUE(output->flush());
  }
  template <typename Act>
  std::string text(Act act) {
    show(false, act);
    return out.take();
  }
  template <typename Act>
  std::string json(Act act) {
    show(true, act);
    return out.take();
  }
  std::string text_of(const std::string& bytes) {
    return text([&](Consumer& c, Output&) { EXPECT_TRUE(c.consume(bytes)); });
  }
  std::string json_of(const std::string& bytes) {
    return json([&](Consumer& c, Output&) { EXPECT_TRUE(c.consume(bytes)); });
  }
  // What was shown, then what standard error got meanwhile.
  std::string and_messages(std::string shown) { return shown + err.take(); }
  // A scalar integer map that was set to `value`.
  ScriptMapId scalar(const char* name, std::int64_t value, bool is_set = true) {
    ScriptMapId map =
        run.map({.name = name, .value = number, .present_offset = 8}, MapStorage::kArray, 4, 16);
    run.put(map, raw<std::uint32_t>(0), raw(value) + raw<std::uint64_t>(is_set));
    return map;
  }
  ScriptMapId keyed(const char* name, std::map<std::string, std::int64_t> elements) {
    ScriptMapId map =
        run.map({.name = name, .key = word, .value = number}, MapStorage::kHash, 8, 8);
    for (const auto& [key, value] : elements) run.put(map, padded(key, 8), raw(value));
    return map;
  }
  ScriptMapId scalar_average(const char* name, image::AvgSlot slot, bool is_set) {
    ScriptMapId map = run.map({.name = name,
                               .value = number,
                               .aggregation = Aggregation::kAvg,
                               .present_offset = sizeof slot},
                              MapStorage::kPerCpuArray, 4, sizeof slot + 8);
    run.put(map, raw<std::uint32_t>(0), raw(slot) + raw<std::uint64_t>(is_set));
    return map;
  }
  ScriptMapId histogram(const char* name, std::map<std::string, std::uint64_t> counts) {
    ScriptMapId map = run.map({.name = name,
                               .key = word,
                               .value = number,
                               .aggregation = Aggregation::kHist,
                               .bucket_offset = 8,
                               .bucket_count = 66},
                              MapStorage::kPerCpuHash, 16, sizeof(image::BucketSlot));
    for (const auto& [key, count] : counts)
      run.put(map, padded(key, 8) + raw<std::uint64_t>(4), raw(image::BucketSlot{count, 1}));
    return map;
  }

  FakeRun run;
  SourceMap sources;
  FileId file;
  TypeId number, word;
  Capture out, err;
};

TEST_F(Run, MessagesNameTheirPlace) {
  image::Site errorf{.kind = RecordKind::kErrorf,
                     .span = span_of("printf(\"%s\", comm)"),
                     .format = "bad \"%d\"",
                     .fixed_size = 16};
  errorf.fields = {{.type = number, .offset = 8}};
  std::string bytes = record(site(errorf), raw<std::int64_t>(-3));
  EXPECT_EQ(text_of(bytes), "");
  EXPECT_EQ(err.take(), "stdin:1:9-27: ERROR: bad \"-3\"\n");
  EXPECT_EQ(json_of(bytes),
            "{\"type\": \"errorf\", \"msg\": \"bad \\\"-3\\\"\", \"filename\": \"stdin\", "
            "\"line\": 1, \"col\": 9}\n");
}

TEST_F(Run, JoinedStringsHaveTheirSeparatorBetweenThem) {
  SiteId join = site({.kind = RecordKind::kJoin, .format = ", ", .fixed_size = 16});
  std::string two = record(join, raw<std::uint64_t>(2) + std::string("ab\0c d\0", 7));
  EXPECT_EQ(text_of(two), "ab, c d\n");
  EXPECT_EQ(json_of(two), "{\"type\": \"join\", \"data\": \"ab, c d\"}\n");
  EXPECT_EQ(text_of(record(join, raw<std::uint64_t>(0))), "\n");
  text([&](Consumer& c, Output&) {
    EXPECT_FALSE(c.consume(record(join, raw<std::uint64_t>(2) + std::string("ab\0", 3))));
  });
}

TEST_F(Run, CommandsAndFilesThatFailAreToldAndTheRunGoesOn) {
  std::string command =
      record(site({.kind = RecordKind::kSystem, .format = "exit 3", .fixed_size = 8}));
  EXPECT_EQ(text_of(command), "");
  EXPECT_EQ(err.take(), "ERROR: command exited with code 3: exit 3\n");
  std::string file =
      record(site({.kind = RecordKind::kCat, .format = "/no/such", .fixed_size = 8}));
  EXPECT_EQ(json_of(file), "");
  EXPECT_EQ(err.take(), "ERROR: failed to open file '/no/such' (No such file or directory)\n");
}

TEST_F(Run, PrintfPrintsExactlyItsFormat) {
  image::Site printf{.kind = RecordKind::kPrintf, .format = "%s is %d\n", .fixed_size = 20};
  printf.fields = {{.type = word, .offset = 16, .in_tail = true}, {.type = number, .offset = 8}};
  std::string bytes = record(site(printf), raw<std::int64_t>(-3) + raw<std::uint32_t>(4) + "plum");
  EXPECT_EQ(text_of(bytes), "plum is -3\n");
  EXPECT_EQ(json_of(bytes), "{\"type\": \"printf\", \"data\": \"plum is -3\\n\"}\n");
}

TEST_F(Run, PrintAddsALineEnd) {
  image::Site print{.kind = RecordKind::kPrintValue, .fixed_size = 16};
  print.fields = {{.type = number, .offset = 8}};
  std::string bytes = record(site(print), raw<std::int64_t>(5));
  EXPECT_EQ(text_of(bytes), "5\n");
  EXPECT_EQ(json_of(bytes), "{\"type\": \"value\", \"data\": 5}\n");
}

TEST_F(Run, MapsAtExitComeInNameOrderAfterTwoLineEnds) {
  scalar("@zeta", 1);
  keyed("@alpha", {{"fig", 9}, {"apple", 2}, {"pear", 2}});
  scalar("@", -3);
  scalar("@unset", 0, false);
  keyed("@empty", {});
  auto print = [](Consumer& c, Output&) { EXPECT_TRUE(c.print_all_maps()); };
  EXPECT_EQ(text(print),
            "\n\n@: -3\n@alpha[apple]: 2\n@alpha[pear]: 2\n@alpha[fig]: 9\n@zeta: 1\n");
  EXPECT_EQ(json(print),
            "{\"type\": \"map\", \"data\": {\"@\": -3}}\n"
            "{\"type\": \"map\", \"data\": {\"@alpha\": {\"apple\": 2, \"pear\": 2, \"fig\": 9}}}\n"
            "{\"type\": \"map\", \"data\": {\"@zeta\": 1}}\n");
}

TEST_F(Run, EmptyAveragesAreTheOnlyEmptyMapsInJson) {
  scalar_average("@a", {0, 0}, false);
  scalar_average("@b", {13, 2}, true);
  histogram("@h", {});
  auto print = [](Consumer& c, Output&) { EXPECT_TRUE(c.print_all_maps()); };
  EXPECT_EQ(text(print), "\n\n@b: 6\n");
  EXPECT_EQ(json(print),
            "{\"type\": \"stats\", \"data\": {\"@a\": {}}}\n"
            "{\"type\": \"stats\", \"data\": {\"@b\": 6}}\n");
}

TEST_F(Run, HistogramsOfKeysHaveHeaderRowsAndABlankLine) {
  histogram("@h", {{"slow", 2}, {"fast", 1}});
  auto print = [](Consumer& c, Output&) { EXPECT_TRUE(c.print_all_maps()); };
  std::string bar(52, '@');
  EXPECT_EQ(text(print), "\n\n@h[fast]:\n[4, 8)                 1 |" + bar +
                             "|\n\n@h[slow]:\n[4, 8)                 2 |" + bar + "|\n\n");
  EXPECT_EQ(json(print),
            "{\"type\": \"hist\", \"data\": {\"@h\": {"
            "\"fast\": [{\"min\": 4, \"max\": 7, \"count\": 1}], "
            "\"slow\": [{\"min\": 4, \"max\": 7, \"count\": 2}]}}}\n");
}

TEST_F(Run, AZeroedHistogramIsHeaderAndBlankLine) {
  histogram("@h", {{"k", 0}});
  auto print = [](Consumer& c, Output&) { EXPECT_TRUE(c.print_all_maps()); };
  EXPECT_EQ(text(print), "\n\n@h[k]:\n\n");
  EXPECT_EQ(json(print), "{\"type\": \"hist\", \"data\": {\"@h\": {\"k\": []}}}\n");
}

TEST_F(Run, PrintOfAMapTakesTheLastElementsAndDivides) {
  ScriptMapId map = keyed("@m", {{"a", 100}, {"b", 300}, {"c", -2500}, {"d", 200}});
  image::Site top{.kind = RecordKind::kPrintMap, .map = map, .top = 2, .div = 10};
  image::Site div{.kind = RecordKind::kPrintMap, .map = map, .top = 0, .div = 1000};
  SiteId top_site = site(top), div_site = site(div);
  EXPECT_EQ(text_of(record(top_site)), "@m[d]: 20\n@m[b]: 30\n");
  EXPECT_EQ(text_of(record(div_site)), "@m[c]: -2\n@m[a]: 0\n@m[d]: 0\n@m[b]: 0\n");
  EXPECT_EQ(json_of(record(top_site)),
            "{\"type\": \"map\", \"data\": {\"@m\": {\"d\": 20, \"b\": 30}}}\n");
}

TEST_F(Run, PrintOfAnUnsetScalarShowsItsZero) {
  SiteId set = site({.kind = RecordKind::kPrintMap, .map = scalar("@x", 7, false)});
  SiteId average =
      site({.kind = RecordKind::kPrintMap, .map = scalar_average("@a", {0, 0}, false)});
  SiteId none = site({.kind = RecordKind::kPrintMap, .map = keyed("@k", {})});
  EXPECT_EQ(text_of(record(set)), "@x: 0\n");
  EXPECT_EQ(json_of(record(set)), "{\"type\": \"map\", \"data\": {\"@x\": 0}}\n");
  EXPECT_EQ(json_of(record(average)), "{\"type\": \"stats\", \"data\": {\"@a\": 0}}\n");
  EXPECT_EQ(text_of(record(none)).append(json_of(record(none))), "");
}

TEST_F(Run, RecordsActInTheirOrder) {
  ScriptMapId map = scalar("@x", 7);
  SiteId print = site({.kind = RecordKind::kPrintMap, .map = map});
  SiteId zero = site({.kind = RecordKind::kZeroMap, .map = map});
  SiteId exit = site({.kind = RecordKind::kExit});
  EXPECT_EQ(text([&](Consumer& c, Output&) {
              EXPECT_FALSE(c.exit_code());
              for (SiteId id : {print, zero, print}) EXPECT_TRUE(c.consume(record(id)));
              EXPECT_TRUE(c.consume(record(exit, raw<std::int64_t>(3))));
              EXPECT_TRUE(c.consume(record(exit, raw<std::int64_t>(4))));
              EXPECT_EQ(c.exit_code(), 4);
            }),
            "@x: 7\n@x: 0\n");
}

TEST_F(Run, RuntimeErrorsShowTheirPlaceInTheScript) {
  SiteId division = site({.kind = RecordKind::kRuntimeError,
                          .span = span_of("5 / $zero"),
                          .error = RuntimeError::kDivisionByZero});
  SiteId lookup = site({.kind = RecordKind::kRuntimeError,
                        .span = span_of("@flag[7]"),
                        .error = RuntimeError::kLookupMissing});
  std::string zero = raw<std::int64_t>(0);
  EXPECT_EQ(and_messages(text_of(record(division, zero))),
            "stdin:2:14-23: WARNING: Divide or modulo by 0 detected. This can lead to unexpected "
            "results. 0 is being used as the result.\n"
            "i:s:1 {    @x = 5 / $zero; if (@flag[7]) { exit(); } }\n"
            "                ~~~~~~~~~\n");
  EXPECT_EQ(and_messages(text_of(record(lookup, zero))),
            "stdin:2:29-37: WARNING: Can't lookup map element because it does not exist.\n"
            "Additional Info - helper: map_lookup_elem, retcode: 0\n"
            "i:s:1 {    @x = 5 / $zero; if (@flag[7]) { exit(); } }\n"
            "                               ~~~~~~~~\n");
  EXPECT_EQ(
      json_of(record(division, zero)),
      "{\"type\": \"runtime_error\", \"msg\": \"Divide or modulo by 0 detected. This can lead "
      "to unexpected results. 0 is being used as the result.\", \"filename\": \"stdin\", "
      "\"line\": 2, \"col\": 14}\n");
  EXPECT_EQ(
      json_of(record(lookup, raw<std::int64_t>(-7))),
      "{\"type\": \"helper_error\", \"msg\": \"Argument list too long\", \"helper\": "
      "\"map_lookup_elem\", \"retcode\": -7, \"filename\": \"stdin\", \"line\": 2, \"col\": 29}\n");
  EXPECT_EQ(err.take(), "");
}

TEST_F(Run, EveryRuntimeErrorHasItsText) {
  struct Row {
    RuntimeError error;
    const char* text;
  };
  const Row rows[] = {
      {RuntimeError::kIndexOutOfBounds,
       "Array access out of bounds. This can lead to unexpected results."},
      {RuntimeError::kMapFull,
       "Map full; can't update element. Try increasing max_map_keys config or manually setting the "
       "max entries in a map declaration e.g. `let @a = hash(5000)`\n"
       "Additional Info - helper: map_update_elem, retcode: -7"},
      {RuntimeError::kDeleteMissing,
       "Can't delete map element because it does not exist.\n"
       "Additional Info - helper: map_delete_elem, retcode: -7"},
      {RuntimeError::kReadKernelFailed,
       "Argument list too long\nAdditional Info - helper: probe_read_kernel, retcode: -7"},
      {RuntimeError::kReadUserFailed,
       "Argument list too long\nAdditional Info - helper: probe_read_user, retcode: -7"},
      {RuntimeError::kReadKernelTextFailed,
       "Argument list too long\nAdditional Info - helper: probe_read_kernel_str, retcode: -7"},
      {RuntimeError::kReadUserTextFailed,
       "Argument list too long\nAdditional Info - helper: probe_read_user_str, retcode: -7"},
      {RuntimeError::kKernelStack, "Error reading kstack."},
      {RuntimeError::kUserStack, "Error reading ustack."},
      {RuntimeError::kNoChild, "No child command (`-c`); cpid is zero."},
  };
  for (const Row& row : rows) {
    SiteId id = site({.kind = RecordKind::kRuntimeError, .error = row.error});
    text_of(record(id, raw<std::int64_t>(-7)));
    EXPECT_EQ(err.take(), std::string("WARNING: ") + row.text + "\n");
  }
}

TEST_F(Run, LossesAreReportedPerSiteWhenTheyGrow) {
  run.manifest.losses.push_back(
      {.kind = image::LossKind::kRing, .span = span_of("printf(\"%s\", comm)")});
  run.manifest.losses.push_back({.kind = image::LossKind::kScratch, .span = span_of("i:s:1")});
  run.manifest.losses.push_back({.kind = image::LossKind::kMap, .span = span_of("@x = 5")});
  auto lose = [](Consumer& c, Output&) {
    EXPECT_TRUE(c.report_total_loss());
    EXPECT_TRUE(c.report_losses(std::vector<std::uint64_t>{3, 0, 9}));
    EXPECT_TRUE(c.report_losses(std::vector<std::uint64_t>{3, 2, 9}));
    EXPECT_TRUE(c.report_losses(std::vector<std::uint64_t>{7, 2, 9}));
    EXPECT_TRUE(c.report_total_loss());
  };
  EXPECT_EQ(and_messages(text(lose)),
            "Lost 3 events at stdin:1:9-27\n"
            "Lost 2 events at stdin:2:1-6: no free scratch memory, the probe was skipped\n"
            "Lost 4 events at stdin:1:9-27\n"
            "WARNING: Total lost event count: 9\n");
  EXPECT_EQ(json(lose),
            "{\"type\": \"lost_events\", \"count\": 3, \"data\": {\"events\": 3}}\n"
            "{\"type\": \"lost_events\", \"count\": 2, \"data\": {\"events\": 2}}\n"
            "{\"type\": \"lost_events\", \"count\": 4, \"data\": {\"events\": 4}}\n");
}

TEST_F(Run, AttachedCountsItsProbes) {
  EXPECT_EQ(and_messages(text([](Consumer&, Output& o) {
              EXPECT_TRUE(o.attached(1));
              EXPECT_TRUE(o.attached(7));
            })),
            "Attached 1 probe\nAttached 7 probes\n");
  EXPECT_EQ(json([](Consumer&, Output& o) { EXPECT_TRUE(o.attached(2)); }),
            "{\"type\": \"attached_probes\", \"count\": 2, \"data\": {\"probes\": 2}}\n");
}

TEST_F(Run, AMapThatCannotBeReadIsReportedAndTheOthersFollow) {
  scalar("@x", 1);
  run.store.failure = EPERM;
  EXPECT_EQ(and_messages(text([](Consumer& c, Output&) { EXPECT_TRUE(c.print_all_maps()); })),
            "\n\nERROR: @x: lookup: Operation not permitted\n");
}

TEST_F(Run, ADamagedRecordIsAnError) {
  text([&](Consumer& c, Output&) {
    auto done = c.consume("damaged");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "event: is shorter than its header");
  });
}

TEST(Writer, LinesAreWrittenWhenNothingFollows) {
  Capture capture;
  Writer line = Writer::to_descriptor(capture.fd(), "output", Buffering::kLine);
  ASSERT_TRUE(line.write("half "));
  ASSERT_TRUE(line.settle());
  EXPECT_EQ(capture.take(), "");
  ASSERT_TRUE(line.write("a line\nand"));
  ASSERT_TRUE(line.settle());
  EXPECT_EQ(capture.take(), "half a line\nand");
  Writer none = Writer::to_descriptor(capture.fd(), "output", Buffering::kNone);
  ASSERT_TRUE(none.write("x"));
  EXPECT_EQ(capture.take(), "x");
  Writer full = Writer::to_descriptor(capture.fd(), "output", Buffering::kFull);
  ASSERT_TRUE(full.write("line\n"));
  ASSERT_TRUE(full.settle());
  EXPECT_EQ(capture.take(), "");
  ASSERT_TRUE(full.flush());
  EXPECT_EQ(capture.take(), "line\n");
}

TEST(Writer, AFullDiskIsAnError) {
  auto full = Writer::to_file("/dev/full", Buffering::kLine);
  ASSERT_TRUE(full);
  ASSERT_TRUE(full->write("lost\n"));
  auto done = full->settle();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ENOSPC);
  EXPECT_EQ(done.error().message, "/dev/full: write: No space left on device");
}

TEST(Writer, AnOutputFileThatCannotBeOpenedIsNamed) {
  auto missing = Writer::to_file("/nowhere/out", Buffering::kLine);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message,
            "Failed to open output file: \"/nowhere/out\": No such file or directory");
}

}  // namespace
}  // namespace sonde::output
