#!/usr/bin/env bash
# Copies the repository as it stands, uncommitted changes included, into an empty
# folder, with a link to node_modules: for tests that build or change something.
#   scripts/copy-repository.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."

git ls-files -z --cached --others --exclude-standard |
  while IFS= read -rd '' path; do
    # What is deleted but not yet committed is still listed.
    if [ -e "$path" ]; then printf '%s\0' "$path"; fi
  done | xargs -0 cp --parents --preserve=mode,timestamps --target-directory="$1"
ln -s "$PWD/node_modules" "$1/node_modules"
