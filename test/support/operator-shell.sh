# What a script of an operator's finds, see operator-shell.ts. What is refused as things stand goes to descriptor 3.
set -eu

# answer NAME CURL-ARGUMENTS...
answer() {
  local body status
  body=$(mktemp)
  status=$(command curl --no-progress-meter --output "$body" --write-out '%{http_code}' "${@:2}") || [ $? -eq 28 ]
  cat "$body"
  rm "$body"
  case $status in
    2*) ;;
    409) echo "$1" >&3 ;;
    *) echo "HTTP $status" && return 1 ;;
  esac
}

curl() {
  local seconds=30
  # A stream of events does not end by itself.
  if [ "$1" = -N ]; then seconds=1; fi
  answer "curl ${!#}" --max-time "$seconds" "$@"
}

program() {
  printf '%s\0' "${@:2}" | answer "$*" --data-binary @- "$PROGRAMS/$1"
}

npm() {
  while [ "$1" != -- ]; do shift; done
  program portal "${@:2}"
}
psql() { program psql "$@"; }
redis-cli() { program redis-cli "$@"; }
jq() { cat; }
