"""The edits that lead from one artifact, fact or outcome to another."""
