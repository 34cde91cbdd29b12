"""The loudspeaker: spoken calls, from recorded clips or from espeak-ng, offline."""
