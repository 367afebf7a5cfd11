// The one C door to OpenSSL libcrypto: digests.
#pragma once
#include <openssl/evp.h>
