#!/usr/bin/env bash
# Prints the home of a Java of the given feature version: scripts/java-home.sh 25
#
# Looks among the installed ones, then in the cache. Java 11, which Debian 12 has no package of, is fetched
# from the security suite of the Debian before it, and unpacked in the cache: the system does not change.
set -euo pipefail

version=${1:?usage: java-home.sh VERSION}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/latchkey

is_wanted() { # home
  [[ -x $1/bin/java ]] && grep -qsE "^JAVA_VERSION=\"$version[.\"]" "$1/release"
}

find_installed() {
  local home
  for home in "$cache/jdk-$version" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*; do
    if is_wanted "$home"; then
      echo "$home"
      return
    fi
  done
  return 1
}

# The mirror is the one that this machine uses, the key is Debian's; only the suite is another one.
older_debian_source() { # suite
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$1" -v key=/usr/share/keyrings/debian-archive-keyring.gpg '
      /debian-security\/?$/ && !seen++ { print "deb [signed-by=" key "]", $1, suite, "main" }
    '
}

fetch_java_11() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work"/{lists/partial,archives/partial,root}

  apt-get -qq update
  older_debian_source bullseye-security >"$work/sources.list"
  [[ -s $work/sources.list ]] || { echo "No debian-security among this machine's package sources" >&2; return 1; }

  local apt=(apt-get -qq
    -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$work" && "${apt[@]}" download openjdk-11-jre-headless)
  dpkg -x "$work"/*.deb "$work/root"

  # Debian's Java links its configuration to /etc. Make real files of those links: the package's own, and the
  # machine's where the package leaves them to another one (the trusted certificates).
  local home link target
  home=$(echo "$work"/root/usr/lib/jvm/java-11-openjdk-*)
  find "$home" -type l -lname '/etc/*' | while read -r link; do
    target=$(readlink "$link")
    rm "$link"
    if [[ -e $work/root$target ]]; then
      cp -rL "$work/root$target" "$link"
    elif [[ -e $target ]]; then
      cp -rL "$target" "$link"
    fi
  done

  mkdir -p "$cache"
  rm -rf "$cache/jdk-11"
  mv "$home" "$cache/jdk-11"
}

if ! find_installed; then
  [[ $version == 11 ]] || { echo "No Java $version found on this machine" >&2; exit 1; }
  fetch_java_11 >&2
  find_installed
fi
