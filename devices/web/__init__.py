"""HTTP on a loop that is already running: the server as a task, live events, and the pages' common looks."""
