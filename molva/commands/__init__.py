"""The commands of `molva`, by what they are for; `molva.cli` gathers them."""
