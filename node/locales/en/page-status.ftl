# The screen of regional IT: the state of the node.

page-status-title = State of the node
page-status-well = All is well. This node can be used in a disaster.
page-status-look = This node can be used, but something should be looked at.
page-status-wrong = As it is, this node could not be used in a disaster. See to the lines marked "wrong".
page-status-mark-look = Look at this
page-status-mark-wrong = Wrong
page-status-part-node = Node
page-status-part-data = Data
page-status-part-journal = Journal (evidence of every look)
page-status-part-line = Line to the centre
page-status-part-machine = Machine
page-status-reload = This screen renews itself every 30 seconds. It holds nothing of any patient.
