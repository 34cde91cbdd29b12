"""HTTP on a running loop: the server as a task, live events, the pages' common looks."""
