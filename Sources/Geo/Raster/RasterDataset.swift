internal import CGeo

/// An open raster file, read-only; one handle, one thread at a time, closed when it goes out of scope.
///
/// Calls block: they belong on a thread of the caller's own pool.
// @safe: the handle has one owner, which closes it last; it cannot be copied, so no call meets a closed one.
@safe public struct RasterDataset: ~Copyable {
  let handle: GDALDatasetH
  /// What the file says about itself.
  public let information: RasterInformation
  /// Where the bytes come from, nil for a file of this machine.
  let source: (any VirtualFileSource)?

  /// Opens a local file, or a ``VirtualFile`` by its path, as one of the allowed formats; reads no pixel.
  ///
  /// Of the files beside a local one its mask (`.msk`) and description (`.aux.xml`) are read; overviews (`.ovr`) and world
  /// files are not. Throws `pathRefused`, `notARaster` (says what the file is), `limitExceeded`, `unsupported` (complex
  /// numbers, signed bytes, a mask that does not fit) or `damaged`.
  ///
  /// - Parameter known: what the same file said of itself before: its reference system is taken from there, as PROJ needs
  ///   ten milliseconds to word one.
  public init(
    path: String, formats: [RasterFormat] = RasterFormat.allCases, limits: RasterLimits = RasterLimits(),
    known: RasterInformation? = nil
  ) throws(GeoError) {
    GeoLibrary.initialize()
    let source = VirtualFile.source(at: path)
    self.source = source
    do throws(GeoError) {
      unsafe (handle, information) = try Self.open(path, formats, limits, known, source)
    } catch {
      throw source?.failure ?? error
    }
  }

  private static func open(
    _ path: String, _ formats: [RasterFormat], _ limits: RasterLimits, _ known: RasterInformation?,
    _ source: (any VirtualFileSource)?
  ) throws(GeoError) -> (GDALDatasetH, RasterInformation) {
    let plain = try RasterFileCheck.acceptedPath(path, formats: formats)
    let sidecars = try SidecarFiles(of: plain)
    let opened = try unsafe Self.open(plain, formats, sidecars)
    do throws(GeoError) {
      let information = try capturingMessages { (_) throws(GeoError) in
        try unsafe RasterInformation(reading: opened, limits: limits, known: known)
      }
      // GDAL leaves out what it cannot read of a file that opens.
      if let failure = source?.failure { throw failure }
      try sidecars.checkMask(of: information)
      return unsafe (opened, information)
    } catch {
      unsafe GDALClose(opened)
      throw error
    }
  }

  /// Reads, and lets the source's own failure be told: GDAL only knows that bytes were missing, where it says so at all.
  func reading<Result>(_ body: () throws(GeoError) -> Result) throws(GeoError) -> Result {
    let result: Result
    do throws(GeoError) {
      result = try body()
    } catch {
      throw source?.failure ?? error
    }
    if let failure = source?.failure { throw failure }
    return result
  }

  deinit { capturingMessages { _ in unsafe GDALClose(handle) } }

  private static func open(
    _ path: String, _ formats: [RasterFormat], _ sidecars: SidecarFiles
  ) throws(GeoError) -> GDALDatasetH {
    let drivers = StringList(formats.map(\.rawValue))
    let flags = UInt32(GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR)
    return try unsafe capturingMessages { (log) throws(GeoError) -> GDALDatasetH in
      let siblings = StringList([SidecarFiles.name(of: path)] + sidecars.names)
      guard
        let opened = unsafe GDALOpenEx(path, flags, UnsafePointer(drivers.asConstant), nil, siblings.asConstant)
      else {
        throw GeoError(
          .damaged, function: "GDALOpenEx", messages: ["The image cannot be opened."] + log.messages)
      }
      return unsafe opened
    }
  }

  /// Reads a window of one band at its own resolution.
  ///
  /// - Parameters:
  ///   - type: the number type of the result: floating point, or an integer that every stored value fits in.
  ///   - band: from 1.
  /// - Returns: values and validity; a pixel is invalid when it equals the nodata value (NaN included), is masked, is
  ///   transparent, or is NaN. Throws `outsideImage`, `unsupported` or `damaged`; never zeros for what cannot be read.
  public func read<Value: PixelValue>(
    _ type: Value.Type = Value.self, band: Int, window: RasterWindow
  ) throws(GeoError) -> PixelBlock<Value> {
    let description = try bandInformation(band)
    guard description.dataType.fits(in: Value.dataType) else {
      throw GeoError(
        .unsupported, "GDALRasterIO",
        "Band \(band) stores \(description.dataType.rawValue), which \(Value.dataType.rawValue) cannot hold.")
    }
    guard !window.isEmpty, window.width <= information.width, window.height <= information.height,
      window.column >= 0, window.column <= information.width, window.row >= 0, window.row <= information.height,
      information.window.contains(window)
    else {
      throw GeoError(.outsideImage, "GDALRasterIO", "The window lies outside the image.")
    }
    guard let bandHandle = unsafe GDALGetRasterBand(handle, Int32(band)) else {
      throw GeoError(function: "GDALGetRasterBand", messages: [])
    }
    return try reading { () throws(GeoError) in
      try fetchBlocks(bands: [band], window: window)
      if description.maskKind.isStored, let mask = unsafe GDALGetMaskBand(bandHandle) {
        try unsafe fetchBlocks(ofMask: mask, window: window)
      }
      var values = [Value](repeating: .zero, count: window.pixelCount)
      try unsafe RasterTransfer.read(bandHandle, window, into: &values, type: Value.dataType)
      let validity = try unsafe Validity.read(bandHandle, description, window, values)
      return PixelBlock(
        checkedWidth: window.width, height: window.height, values: values, validity: validity)
    }
  }

  /// The description of band `band`, from 1; throws `invalidArgument` when there is none.
  public func bandInformation(_ band: Int) throws(GeoError) -> BandInformation {
    guard band >= 1, band <= information.bands.count else {
      throw GeoError(
        .invalidArgument, "GDALGetRasterBand", "The image has no band \(band), only \(information.bands.count).")
    }
    return information.bands[band - 1]
  }
}

extension StringList {
  /// The list as GDAL's read-only lists want it.
  var asConstant: UnsafePointer<UnsafePointer<CChar>?>? {
    unsafe UnsafeRawPointer(pointer)?.assumingMemoryBound(to: UnsafePointer<CChar>?.self)
  }
}
