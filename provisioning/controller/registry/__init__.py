"""The boxes the province owns: who they are, where they stand, which certificate is theirs."""
