//! What crosses between centre and node.
