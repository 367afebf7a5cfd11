internal import CCurl
internal import InternetAddresses

extension IPAddress {
  /// The address that libcurl is about to connect to; nil for families other than IP.
  init?(_ address: UnsafePointer<curl_sockaddr>) {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = unsafe gnomon_curl_address_bytes(address, &bytes)
    self.init(bytes: Array(bytes.prefix(Int(count))))
  }
}
