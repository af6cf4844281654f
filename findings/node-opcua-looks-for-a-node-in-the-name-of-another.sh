#!/bin/bash
# node-opcua-nodeid 2.186.1 (npm): "ns=1;s=ns=2;i=4" is read as node 4 of namespace 2
#
# Guess: what follows "s=" is the identifier, up to the end (in OPC 10000-6 s is any text), so this is the text "ns=2;i=4" in namespace 1.
# Observed: it is ns=2;i=4, a number in the other namespace. "ns=1;s=a;b" and "ns=1;s=i=4" keep their text. A NodeId that is made with the text
# and written out is another one when it is read.
# Why it matters: gateways and aggregating servers name their nodes after those of the servers behind them, often in this form. A setting with such
# a name reads and writes another node, which may exist. Make the NodeId with new NodeId(NodeIdType.STRING, text, 1).
source "$(dirname "$0")/support/lib.sh"
npm_packages node-opcua-nodeid@2.186.1
out=$(javascript <<'J'
const { coerceNodeId, NodeId, NodeIdType, sameNodeId } = require('node-opcua-nodeid');
for (const text of ['ns=1;s=a;b', 'ns=1;s=i=4', 'ns=1;s=ns=2;i=4']) {
    const node = coerceNodeId(text);
    console.log(text, NodeIdType[node.identifierType], node.namespace, node.value);
}
const node = new NodeId(NodeIdType.STRING, 'ns=2;i=4', 1);
console.log(node.toString(), sameNodeId(node, coerceNodeId(node.toString())));
J
)
expect "text, type, namespace, identifier; written and read" "$out" 'ns=1;s=a;b STRING 1 a;b
ns=1;s=i=4 STRING 1 i=4
ns=1;s=ns=2;i=4 NUMERIC 2 4
ns=1;s=ns=2;i=4 false'
