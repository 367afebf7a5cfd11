// The one C door to libcurl; curl_easy_setopt and getinfo are variadic, so they are wrapped here.
#pragma once
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

static inline CURLcode gnomon_curl_set_long(CURL *handle, CURLoption option, long value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode gnomon_curl_set_large(CURL *handle, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode gnomon_curl_set_string(CURL *handle, CURLoption option, const char *value) {
  return (curl_easy_setopt)(handle, option, value);
}

// For options that take a pointer: header lists, bytes to send, the context of a callback.
static inline CURLcode gnomon_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode gnomon_curl_set_receiver(CURL *handle, CURLoption option, curl_write_callback callback) {
  return (curl_easy_setopt)(handle, option, callback);
}

static inline CURLcode gnomon_curl_set_open_socket(CURL *handle, curl_opensocket_callback callback) {
  return (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode gnomon_curl_set_progress(CURL *handle, curl_xferinfo_callback callback) {
  return (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

// Performs a transfer as curl_easy_perform does, over the connections that `connections` keeps. libcurl's own loop asks the
// progress callback once a second while nothing comes; this one does so every `pause` milliseconds.
static inline CURLcode gnomon_curl_perform(CURLM *connections, CURL *handle, int pause) {
  if (curl_multi_add_handle(connections, handle) != CURLM_OK) return CURLE_FAILED_INIT;
  CURLMcode state = CURLM_OK;
  int running = 1;
  while (state == CURLM_OK && running > 0) {
    state = curl_multi_perform(connections, &running);
    if (state == CURLM_OK && running > 0) state = curl_multi_poll(connections, NULL, 0, pause, NULL);
  }
  CURLcode outcome = CURLE_OUT_OF_MEMORY;  // of a loop that failed; a transfer that ended says how
  CURLMsg *message;
  int left = 0;
  while ((message = curl_multi_info_read(connections, &left)) != NULL) {
    if (message->msg == CURLMSG_DONE && message->easy_handle == handle) outcome = message->data.result;
  }
  curl_multi_remove_handle(connections, handle);
  return outcome;
}

static inline long gnomon_curl_response_code(CURL *handle) {
  long value = 0;
  return (curl_easy_getinfo)(handle, CURLINFO_RESPONSE_CODE, &value) == CURLE_OK ? value : 0;
}

// The announced length of the body, -1 where none was announced.
static inline curl_off_t gnomon_curl_content_length(CURL *handle) {
  curl_off_t value = -1;
  return (curl_easy_getinfo)(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &value) == CURLE_OK ? value : -1;
}

// A string that the handle owns until its next transfer, or null.
static inline const char *gnomon_curl_info_string(CURL *handle, CURLINFO info) {
  char *value = NULL;
  return (curl_easy_getinfo)(handle, info, &value) == CURLE_OK ? value : NULL;
}

// Copies the bytes of an IP address, 4 or 16, into `bytes`; returns their count, 0 for another family.
static inline int gnomon_curl_address_bytes(const struct curl_sockaddr *address, unsigned char *bytes) {
  const unsigned char *source = NULL;
  int count = 0;
  if (address->family == AF_INET) {
    source = (const unsigned char *)&((const struct sockaddr_in *)&address->addr)->sin_addr;
    count = 4;
  } else if (address->family == AF_INET6) {
    source = (const unsigned char *)&((const struct sockaddr_in6 *)&address->addr)->sin6_addr;
    count = 16;
  }
  for (int index = 0; index < count; index++) bytes[index] = source[index];
  return count;
}
