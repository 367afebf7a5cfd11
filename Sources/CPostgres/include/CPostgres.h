// The one C door to libpq.
#pragma once
#include <postgresql/libpq-fe.h>
