"""Music recommendation: each capability is loaded from one bundle. Start at `recsys.bundle`."""
