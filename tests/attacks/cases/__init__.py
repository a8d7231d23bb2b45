"""Every attack, in the order in which they run."""
from cases import code, configuration, effects, falsify, files, names, preflight, scripts, sources

ATTACKS = (effects.ATTACKS + code.ATTACKS + falsify.ATTACKS + scripts.ATTACKS + sources.ATTACKS + names.ATTACKS +
           preflight.ATTACKS + configuration.ATTACKS + files.ATTACKS)

# What CI runs: something of each kind, in less than a minute.
SLICE = """
verify-commit name-script name-meta-command label-carriage-return template-statement template-outside template-link
template-partial url-service file-template patterns definition-environ include-itself import-over-link
import-split-names script-link preflight-terminate preflight-dblink preflight-liar preflight-read-file
""".split()
