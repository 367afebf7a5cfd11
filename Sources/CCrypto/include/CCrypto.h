// The one C door to OpenSSL libcrypto: digests and message authentication codes.
#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
