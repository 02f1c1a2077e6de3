"""The configuration: composing it, listing its options, instantiating its nodes."""
