-- Run by the owner of a database, as often as one likes. Nobody but the service's role gets in besides, and it reads and writes rows
-- but changes no table. PostgreSQL's operator makes both roles before.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"role";
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"role";
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO :"role";
