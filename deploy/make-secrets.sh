#!/bin/sh
# Makes the files that docker-compose.yml mounts as secrets. A file that exists is left alone. The three that only others
# can give you (warehouse, Stripe) are made empty: fill them in. SMTP_URL, SENTRY_DSN and OTEL_EXPORTER_OTLP_HEADERS are
# taken from the environment where they are set; without them mail goes to the catcher of the profile `mail`, and nothing
# is reported or traced. Run it again after an upgrade: a release may want a file more.
set -eu
cd "$(dirname "$0")"
# The folder keeps others out; the files must be readable for the unprivileged accounts inside the containers.
umask 022
mkdir -p secrets
chmod 700 secrets
cd secrets

make() {
  if [ -e "$1" ]; then
    cat > /dev/null
  else
    cat > "$1.new" && mv "$1.new" "$1" && echo "made deploy/secrets/$1"
  fi
}

openssl rand -hex 24 | make postgres_password
printf 'postgres://portal:%s@postgres:5432/portal\n' "$(cat postgres_password)" | make database_url
openssl rand -hex 32 | make auth_jwt_secret
openssl genpkey -algorithm ed25519 -outform DER | openssl base64 -A | make audit_signing_key
openssl rand -base64 32 | make privacy_master_key
printf '%s\n' "${SMTP_URL:-smtp://mailpit:1025}" | make smtp_url
printf '%s' "${SENTRY_DSN:-}" | make sentry_dsn
printf '%s' "${OTEL_EXPORTER_OTLP_HEADERS:-}" | make otel_exporter_otlp_headers
for name in extensiv_client_secret stripe_secret_key stripe_webhook_secret; do
  printf '' | make "$name"
  [ -s "$name" ] || echo "fill in deploy/secrets/$name"
done
