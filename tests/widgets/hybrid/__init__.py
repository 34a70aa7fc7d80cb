"""HybridDiff: what is measured, drawn and said."""
