"""A network as a table and as a picture.

    mx.viz.print_summary(symbol, shape={"data": (1, 1, 28, 28)})
    mx.viz.plot_network(symbol, shape={"data": (1, 1, 28, 28)})

References: MXNet 1.9.1 module mxnet.visualization.
"""
from .network import NetworkPlot, plot_network
from .summary import print_summary

__all__ = ["NetworkPlot", "plot_network", "print_summary"]
