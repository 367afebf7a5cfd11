// The one C door to libcurl; curl_easy_setopt and getinfo are variadic, so they are wrapped here.
#pragma once
#include <curl/curl.h>
