-- The analysts' account: sees bi and nothing else. Roles belong to the whole server, so it may exist already;
-- an owner without the right to make roles gets a warning and everything else all the same.
DO $$
BEGIN
    CREATE ROLE chipwire_bi LOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE WARNING 'No right to make the role chipwire_bi. Let an administrator run: CREATE ROLE chipwire_bi LOGIN; then: chipwire db migrate';
END $$;

CREATE FUNCTION chipwire.grant_bi() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'chipwire_bi') THEN
        RETURN false;
    END IF;
    GRANT USAGE ON SCHEMA bi TO chipwire_bi;
    GRANT SELECT ON ALL TABLES IN SCHEMA bi TO chipwire_bi;
    ALTER DEFAULT PRIVILEGES IN SCHEMA bi GRANT SELECT ON TABLES TO chipwire_bi;
    RETURN true;
END $$;
COMMENT ON FUNCTION chipwire.grant_bi IS 'Gives the role chipwire_bi its rights; called after every migration. False: no such role.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA chipwire FROM PUBLIC;
REVOKE ALL ON SCHEMA chipwire FROM PUBLIC;
REVOKE ALL ON SCHEMA bi FROM PUBLIC;
