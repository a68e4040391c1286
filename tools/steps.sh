# SPDX-License-Identifier: Apache-2.0
# For quickstart and check: runs a command as a named step, with its output in $log, and says how long it
# took. Sourced by bash from the checkout's folder, after $log is set.
mkdir -p build
: >"$log"

# The same compiler cache serves every checkout of the project.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1

# As many compilers as there are processors, and at most one for each GiB of memory that is free.
jobs_at_once() {
  local processors memory
  processors=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
  if [ "$memory" -lt "$processors" ]; then processors=$((memory > 0 ? memory : 1)); fi
  echo "$processors"
}

duration() {
  if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# step NAME COMMAND...: true if the command is. $seconds is what it took.
step() {
  local name=$1 start=$SECONDS status=0
  shift
  if [ -t 1 ]; then printf '%-34s ...' "$name"; fi
  printf '\n=== %s: %s\n' "$name" "$*" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null || status=$?
  seconds=$((SECONDS - start))
  if [ -t 1 ]; then printf '\r'; fi
  if [ $status = 0 ]; then
    printf '%-34s done   %s\n' "$name" "$(duration $seconds)"
  else
    printf '%-34s FAILED %s\n' "$name" "$(duration $seconds)"
  fi
  return $status
}

# The last lines of the log, for a step that failed.
show_log() {
  echo "--- the end of $log:"
  tail -n "${1:-40}" "$log" | sed 's/^/    /'
}
