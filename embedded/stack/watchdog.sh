# Ends the parts of a launcher that was killed: the launcher holds the other end of our standard input, and the kernel
# closes it however the launcher dies. Lines read: "watch PID SIGNAL" and "forget PID".
trap '' HUP INT TERM
parts=''
while read -r verb pid signal; do
  case $verb in
    watch) parts="$parts $pid:$signal" ;;
    forget)
      kept=''
      for part in $parts; do
        [ "${part%%:*}" = "$pid" ] || kept="$kept $part"
      done
      parts=$kept
      ;;
  esac
done

for part in $parts; do
  kill -s "${part#*:}" "${part%%:*}" 2>/dev/null
done
# Ten seconds for an orderly end, as the launcher itself would give.
tries=0
while [ "$tries" -lt 100 ]; do
  alive=''
  for part in $parts; do
    kill -0 "${part%%:*}" 2>/dev/null && alive=yes
  done
  [ -z "$alive" ] && exit 0
  sleep 0.1
  tries=$((tries + 1))
done
for part in $parts; do
  kill -s KILL "${part%%:*}" 2>/dev/null
done
