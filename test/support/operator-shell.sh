# What a script of an operator's finds, see operator-shell.ts. What is refused as things stand goes to descriptor 3.
set -eu

npm() {
  local code=0
  while [ "$1" != -- ]; do shift; done
  shift
  node "$PORTAL_CLI" "$@" || code=$?
  if [ "$code" -eq 1 ]; then echo "portal $*" >&3; fi
  return $((code > 1))
}

curl() {
  local body status
  body=$(mktemp)
  # A stream of events does not end by itself.
  status=$(command curl --no-progress-meter --max-time "$([ "$1" = -N ] && echo 1 || echo 30)" \
    --output "$body" --write-out '%{http_code}' "$@") || [ "$?:$1" = 28:-N ]
  cat "$body"
  rm "$body"
  case $status in
    2*) ;;
    409) echo "curl ${!#}" >&3 ;;
    *) echo "HTTP $status" && return 1 ;;
  esac
}

stand_in() {
  printf '%s\0' "${@:2}" | command curl --no-progress-meter --fail-with-body --data-binary @- "$PROGRAMS/$1"
}
psql() { stand_in psql "$@"; }
redis-cli() { stand_in redis-cli "$@"; }
jq() { cat; }
