// The files of the top-level sql/ folder, embedded: the top-level folder stays the only copy.
#pragma once
#include <stddef.h>

/// One embedded file: its name below sql/, and its bytes, which live as long as the program.
typedef struct {
  const char *name;
  const unsigned char *bytes;
  size_t length;
} SQLFile;

/// How many files there are.
size_t sql_file_count(void);

/// The file at an index below the count; migrations come first, in order.
SQLFile sql_file(size_t index);
