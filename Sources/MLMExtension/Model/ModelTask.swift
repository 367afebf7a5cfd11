/// What a model does: the tasks that MLM 1.5 lists.
public enum ModelTask: String, Sendable, Hashable, CaseIterable {
  case regression
  case classification
  case sceneClassification = "scene-classification"
  case detection
  case objectDetection = "object-detection"
  case segmentation
  case semanticSegmentation = "semantic-segmentation"
  case instanceSegmentation = "instance-segmentation"
  case panopticSegmentation = "panoptic-segmentation"
  case similaritySearch = "similarity-search"
  case generative
  case imageCaptioning = "image-captioning"
  case superResolution = "super-resolution"
  case downscaling
}

/// The hardware that a model was made for: the values that MLM 1.5 lists.
public enum Accelerator: String, Sendable, Hashable, CaseIterable {
  case amd64
  case cuda
  case xla
  case amdROCm = "amd-rocm"
  case intelCPU = "intel-ipex-cpu"
  case intelGPU = "intel-ipex-gpu"
  case appleSilicon = "macos-arm"
}
