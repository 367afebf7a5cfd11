#define _GNU_SOURCE
#include "CGeo.h"
#include <string.h>
#include <sys/stat.h>

void gnomon_describe_file(VSIStatBufL *status, long long size) {
  memset(status, 0, sizeof *status);
  status->st_mode = S_IFREG | 0444;
  status->st_size = size;
}
