"""What SQL Server would say to our own tables, without one."""
