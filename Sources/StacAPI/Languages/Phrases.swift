import StacModel

/// The words of this server's own documents in every language.
struct Phrases: Sendable {
  let language: Language

  /// The landing page's description.
  var catalog: String {
    switch language {
    case .english: "Imagery, the models that read it, and the maps they make."
    case .portuguese: "Imagens, os modelos que as leem e os mapas que eles fazem."
    case .spanish: "Imágenes, los modelos que las leen y los mapas que ellos hacen."
    case .french: "Des images, les modèles qui les lisent et les cartes qu'ils en font."
    }
  }

  /// The title of a catalog that holds a collection's items by time.
  func byTime(_ collection: String) -> String {
    switch language {
    case .english: "\(collection) by time"
    case .portuguese: "\(collection) por data"
    case .spanish: "\(collection) por fecha"
    case .french: "\(collection) par date"
    }
  }

  /// The description of a catalog that holds a collection's items of some time.
  func items(of collection: String, in time: String?) -> String {
    let place = time.map { " (\($0))" } ?? ""
    return switch language {
    case .english: "The items of \(collection)\(place), in order of time."
    case .portuguese: "Os itens de \(collection)\(place), em ordem de data."
    case .spanish: "Los elementos de \(collection)\(place), por orden de fecha."
    case .french: "Les éléments de \(collection)\(place), par ordre de date."
    }
  }

  /// The title of a catalog with the collections that the landing page has no room for.
  var moreCollections: String {
    switch language {
    case .english: "More collections"
    case .portuguese: "Mais coleções"
    case .spanish: "Más colecciones"
    case .french: "Autres collections"
    }
  }

  /// A month with its year.
  func month(_ month: Int, of year: Int) -> String {
    let names = Self.months[language] ?? []
    let name = names.indices.contains(month - 1) ? names[month - 1] : String(month)
    return switch language {
    case .english, .french: "\(name) \(year)"
    case .portuguese, .spanish: "\(name) de \(year)"
    }
  }

  /// A day with its month and year.
  func day(_ day: Int, _ month: Int, of year: Int) -> String {
    switch language {
    case .english: "\(day) \(self.month(month, of: year))"
    case .portuguese, .spanish: "\(day) de \(self.month(month, of: year).lowercased())"
    case .french: "\(day) \(self.month(month, of: year).lowercased())"
    }
  }

  private static let months: [Language: [String]] = [
    .english: [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December",
    ],
    .portuguese: [
      "Janeiro", "Fevereiro", "Março", "Abril", "Maio", "Junho", "Julho", "Agosto", "Setembro", "Outubro", "Novembro",
      "Dezembro",
    ],
    .spanish: [
      "Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio", "Julio", "Agosto", "Septiembre", "Octubre", "Noviembre",
      "Diciembre",
    ],
    .french: [
      "Janvier", "Février", "Mars", "Avril", "Mai", "Juin", "Juillet", "Août", "Septembre", "Octobre", "Novembre",
      "Décembre",
    ],
  ]
}
