// The checksum (64-bit FNV-1a) finds damage, not malice: whoever may write an image may also run a
// script.
#include "codegen/image/envelope.h"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "lexer/base/concat.h"

namespace sonde::image {
namespace {

constexpr std::string_view kMagic = "sonde\x7fim";
// Raised by every change of what an image says or how it says it.
constexpr std::uint32_t kVersion = 3;

struct EnvelopeHeader {
  char magic[8];
  std::uint32_t version;
  std::uint32_t reserved;
  std::uint64_t checksum;
  std::uint64_t length;
};
static_assert(sizeof(EnvelopeHeader) == 32 && kMagic.size() == sizeof(EnvelopeHeader::magic));

std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return sum;
}

Error refuse(std::string_view reason) {
  return {.message = concat("compiled script: ", reason), .code = EINVAL, .hint = {}};
}

}  // namespace

std::string seal(std::string_view payload) {
  EnvelopeHeader header{.magic = {},
                        .version = kVersion,
                        .reserved = 0,
                        .checksum = checksum(payload),
                        .length = payload.size()};
  std::memcpy(header.magic, kMagic.data(), kMagic.size());
  std::string out(reinterpret_cast<const char*>(&header), sizeof header);
  out += payload;
  return out;
}

Result<std::string_view> unseal(std::string_view bytes) {
  EnvelopeHeader header;
  if (bytes.size() < sizeof header || !bytes.starts_with(kMagic))
    return refuse("is no image of sonde");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.version != kVersion)
    return refuse(concat("has format ", header.version, ", this sonde reads format ", kVersion));
  std::string_view payload = bytes.substr(sizeof header);
  if (header.length != payload.size() || header.checksum != checksum(payload))
    return refuse("is truncated or damaged");
  return payload;
}

}  // namespace sonde::image
