// The one C door to zlib.
#pragma once
#include <zlib.h>
