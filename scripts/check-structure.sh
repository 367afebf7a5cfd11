#!/usr/bin/env bash
# The rules of docs/architecture.md that a compiler does not check: who may import what, and how long a file may be.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0

complain() {
  echo "$1" >&2
  failed=1
}

# only_in MODULE PATH...: no file outside the paths imports the module.
only_in() {
  local module=$1 found
  shift
  found=$(grep -rlE "^ *((public|package|internal|private|fileprivate|@[a-zA-Z_]+) +)*import +(struct |func |enum |class )?$module( |\.|\$)" Sources --include='*.swift' || true)
  for file in $found; do
    local allowed=no
    for path in "$@"; do [[ $file == $path* ]] && allowed=yes; done
    [ $allowed = yes ] || complain "$file imports $module, which only $* may"
  done
}

only_in CGeo Sources/Geo/ Sources/Inference/XGBoost/
only_in CTreeKernels Sources/TreeEnsembles/
only_in CPostgres Sources/Postgres/
only_in CCurl Sources/HTTPClient/
only_in CCrypto Sources/Digests/
only_in CZlib Sources/StacAPI/ Sources/CatalogFiles/
only_in CZstd Sources/Packing/
only_in CSignals Sources/gnomon/
only_in 'Hummingbird(Core)?' Sources/StacAPI/ Sources/gnomon/
only_in Containers Sources/StacAPI/ Sources/gnomon/
only_in ModelArtifacts Sources/gnomon/
only_in StacStore Sources/StacAPI/ Sources/gnomon/
only_in Yams Sources/YAMLValues/
only_in CYaml Sources/YAMLValues/
only_in ArgumentParser Sources/gnomon/
only_in MLflow Sources/gnomon/ Sources/ModelArtifacts/

# The specifications' values, and the vectors, build with nothing but Foundation and the standard library.
for target in Vectors StacModel MLMExtension CQL2 StacSearch InternetAddresses Lineage YAMLValues; do
  found=$({ grep -rhE '^ *((public|internal) +)?import ' "Sources/$target" --include='*.swift' || true; } | sed -E 's/.*import +//' | sort -u)
  for module in $found; do
    case $module in Foundation | FoundationEssentials | Synchronization | StacModel | CQL2 | YAMLValues) ;; Yams | CYaml) ;; *) complain "Sources/$target imports $module" ;; esac
  done
done

# The evaluator of models knows neither GDAL nor the items of models.
found=$({ grep -rhE '^ *((public|internal) +)?import ' Sources/TreeEnsembles --include='*.swift' || true; } | sed -E 's/.*import +//' | sort -u)
for module in $found; do
  case $module in Foundation | CTreeKernels) ;; *) complain "Sources/TreeEnsembles imports $module" ;; esac
done

# Configuration is read at one edge.
if grep -rnE 'ProcessInfo\.processInfo\.environment|getenv\(' Sources --include='*.swift' | grep -vE '^Sources/(gnomon|EmbeddedPostgres)/'; then
  complain "the environment is read outside Sources/gnomon and Sources/EmbeddedPostgres"
fi

# The kernels for any processor know nothing of one: the clang beside swift compiles them for arm64, without a system's headers.
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
for file in Sources/CTreeKernels/*.c; do
  "$clang" --target=aarch64-linux-gnu -ffreestanding -fsyntax-only -Wall -Wextra -Werror \
    -ISources/CTreeKernels/include "$file" || complain "$file does not compile for arm64"
done

while read -r lines file; do
  [ "$lines" -le 500 ] || complain "$file has $lines lines; 500 is the end"
done < <(find Sources Tests -name '*.swift' -o -name '*.c' -o -name '*.h' | xargs wc -l | grep -v ' total$')

[ $failed = 0 ] && echo "The structure is as docs/architecture.md says."
exit $failed
