#pragma once
#ifdef BPFTRACE_HAVE_BTF
#define KIND "btf"
#else
#define KIND "headers"
#endif
static inline int unused(int x) {
  return x;
}
#define SIZE 21
