// The one C door to Zstandard.
#pragma once
#include <zstd.h>

/// The values of two macros that Swift cannot import.
static inline unsigned long long gnomon_zstd_size_unknown(void) { return ZSTD_CONTENTSIZE_UNKNOWN; }
static inline unsigned long long gnomon_zstd_size_error(void) { return ZSTD_CONTENTSIZE_ERROR; }
