#define _GNU_SOURCE
#include <malloc.h>
#include "CGeo.h"
#include <string.h>
#include <sys/stat.h>

void gnomon_describe_file(VSIStatBufL *status, long long size) {
  memset(status, 0, sizeof *status);
  status->st_mode = S_IFREG | 0444;
  status->st_size = size;
}

void gnomon_limit_arenas(int count) { mallopt(M_ARENA_MAX, count); }
