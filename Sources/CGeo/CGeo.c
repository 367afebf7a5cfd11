#include "CGeo.h"
