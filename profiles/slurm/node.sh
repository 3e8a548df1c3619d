# Run on the node before each job (`precommand` in config.yaml), by whatever shell is sh there:
# the modules and commands of config/site.yaml, which the workflow hands over in two variables.
if [ -n "${VITATLAS_MODULES:-}" ]; then
  for start in "${MODULESHOME:-/none}/init/sh" "${LMOD_PKG:-/none}/init/sh" /etc/profile.d/modules.sh /etc/profile.d/lmod.sh; do
    command -v module >/dev/null 2>&1 && break
    if [ -r "$start" ]; then . "$start"; fi
  done
  module load $VITATLAS_MODULES || { echo "error: the modules '$VITATLAS_MODULES' of config/site.yaml cannot be loaded" >&2; exit 1; }
fi
eval "${VITATLAS_SETUP:-}" || { echo "error: the commands 'setup' of config/site.yaml failed" >&2; exit 1; }
