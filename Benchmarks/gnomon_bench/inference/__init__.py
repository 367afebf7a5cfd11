"""Maps of a whole scene: gnomon beside a Python pipeline that does the same work, and the parts beside their floors."""
