"""The machine room: operators, graphs, gradients, inference and compilation. Knows no operator by name."""
