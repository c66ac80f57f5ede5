"""Prints two seeds whom nothing but a link joins, those farthest apart; nothing where no link joins any."""

import sys

import networkx as nx

import personagraph

with personagraph.open_workspace(sys.argv[1]) as workspace:
    graph = workspace.to_networkx()
    whole, apart = nx.Graph(graph), nx.Graph(graph)
    links = [(a, b) for a, b, of in graph.edges(data=True) if of["via"]]
    apart.remove_edges_from(links)
    found = []
    for a, b in links:
        if not nx.has_path(apart, a, b):
            hops = [nx.single_source_shortest_path_length(apart, end) for end in (a, b)]
            ends = [max((id for id in near if graph.nodes[id]["depth"] == 0), key=near.__getitem__) for near in hops]
            found.append((nx.shortest_path_length(whole, *ends), *ends))
    print(*(id[:12] for id in max(found, default=("",))[1:]))
