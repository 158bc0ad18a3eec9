#!/bin/sh
# Says in plain words why Foyer cannot start on this machine, before anything else fails obscurely.
# Run by the scripts of package.json, so that the node tried here is the one they will use.
set -u

if ! fault=$(node -e 0 2>&1); then
  case "$fault" in
  *libatomic*)
    echo "Foyer: Node.js needs the system library libatomic1, which is not installed here." >&2
    echo "       On Debian or Ubuntu: apt-get install libatomic1" >&2
    ;;
  *)
    echo "Foyer: Node.js does not run on this machine. It said:" >&2
    echo "$fault" >&2
    echo "       On a slim Debian or Ubuntu this is often the missing package libatomic1." >&2
    ;;
  esac
  exit 1
fi

version=$(node -p 'process.versions.node')
if [ "${version%%.*}" -lt 24 ]; then
  echo "Foyer: this is Node.js $version; 24 or newer is needed." >&2
  echo "       Foyer brings its own Node.js from npm, so the automatic install did not succeed:" >&2
  echo "       run  npx --yes pnpm@12.21.0 install  and read what it says." >&2
  exit 1
fi
