#!/bin/sh
# Writes the database, the secrets and the settings to /backup, at once and then each BACKUP_EVERY_S;
# what is older than BACKUP_KEEP_DAYS goes. --once: once. --is-fresh: is the newest one recent?
# Run by docker-compose.yml's service `backup`. To restore: README, "With Docker Compose".
set -eu
umask 077

if [ "${1:-}" = --is-fresh ]; then
  late_min=$((BACKUP_EVERY_S / 60 + 60))
  [ -n "$(find /backup -name 'callbank-*.dump' -mmin "-$late_min" | head -n 1)" ]
  exit
fi

if [ "${1:-}" = --once ]; then
  stamp=$(date -u +%Y-%m-%dT%H%M%SZ)
  draft=/backup/.draft-$stamp
  mkdir "$draft"
  pg_dump --dbname="$DATABASE_URL" --format=custom --no-password --file="$draft/database"
  pg_restore --list "$draft/database" >"$draft/contents" # a dump that cannot be read is none
  cp /run/secrets/callbank "$draft/secrets.json"
  cp /settings/callbank.toml "$draft/callbank.toml"
  mv "$draft/secrets.json" "/backup/callbank-$stamp.secrets.json"
  mv "$draft/callbank.toml" "/backup/callbank-$stamp.toml"
  mv "$draft/database" "/backup/callbank-$stamp.dump" # last: with it the backup is whole
  rm -r "$draft"
  echo "callbank: /backup/callbank-$stamp.dump is written"
  find /backup -name 'callbank-*' -type f -mtime "+$BACKUP_KEEP_DAYS" -delete
  exit
fi

trap 'exit 0' TERM INT
while true; do
  rm -rf /backup/.draft-*
  wait_s=$BACKUP_EVERY_S
  if ! sh "$0" --once; then
    echo "callbank: the backup failed; it is tried again in ten minutes" >&2
    wait_s=600
  fi
  sleep "$wait_s" & wait $!
done
