"""Every attack, in the order in which they run."""
from cases import code, configuration, effects, falsify, files, names, preflight, scripts, sources

ATTACKS = (effects.ATTACKS + code.ATTACKS + falsify.ATTACKS + scripts.ATTACKS + sources.ATTACKS + names.ATTACKS +
           preflight.ATTACKS + configuration.ATTACKS + files.ATTACKS)

# What CI runs: something of each kind and of each way out of a scratch database, in about a minute.
SLICE = """
view-environment direct-sleep direct-read-file hide-column trigger event-trigger language-c verify-alter-role
verify-program source-do verify-commit name-script name-meta-command label-carriage-return template-statement
template-link url-service url-variable definition-link definition-environ file-template include-itself
import-over-link script-link hook autogen-cluster preflight-terminate preflight-dblink preflight-liar
preflight-read-file
""".split()
