// The one C door to zlib.
#pragma once
#include <zlib.h>

/// `deflateInit2` for gzip framing: a macro of zlib that Swift cannot import.
static inline int gnomon_deflate_init_gzip(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

/// `inflateInit2` for gzip framing: a macro of zlib that Swift cannot import.
static inline int gnomon_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
