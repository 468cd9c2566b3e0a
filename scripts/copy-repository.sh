#!/usr/bin/env bash
# Copies the repository as it stands, uncommitted changes included, into an empty
# folder, with a link to node_modules: for tests that build or change something.
#   scripts/copy-repository.sh FOLDER [what git ignores and is copied too]...
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$1
shift
{
  git ls-files -z --cached --others --exclude-standard
  [ $# -eq 0 ] || find "$@" -type f -print0
} |
  while IFS= read -rd '' path; do
    # What is deleted but not yet committed is still listed.
    if [ -e "$path" ]; then printf '%s\0' "$path"; fi
  done | xargs -0 cp --parents --preserve=mode,timestamps --target-directory="$folder"
ln -s "$PWD/node_modules" "$folder/node_modules"
