"""people who sign in, the audit log, calls, cases, actions and sealed addresses."""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

REFUSE_SQLITE = """
CREATE TRIGGER audit_events_no_{what} BEFORE {what} ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END
"""
# INSERT OR REPLACE sets off neither of those two.
REFUSE_NUMBER_SQLITE = """
CREATE TRIGGER audit_events_next_number BEFORE INSERT ON audit_events
WHEN NEW.id IS NOT (SELECT COALESCE(MAX(id), 0) + 1 FROM audit_events)
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to: not the next number'); END
"""
REFUSE_POSTGRESQL = (
    """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'the audit log is only added to'; END
    $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """,
    """
    CREATE FUNCTION refuse_audit_number() RETURNS trigger AS $$
    BEGIN
        IF NEW.id IS DISTINCT FROM (SELECT COALESCE(MAX(id), 0) + 1 FROM audit_events) THEN
            RAISE EXCEPTION 'the audit log is only added to: not the next number';
        END IF;
        RETURN NEW;
    END
    $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER audit_events_next_number BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_number()
    """,
)


def upgrade() -> None:
    """Go one step on."""
    op.create_table('actions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('about_kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('about_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ward_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('agency', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('created_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('closed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_actions'))
    )
    with op.batch_alter_table('actions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_actions_about_key'), ['about_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_actions_ward_code'), ['ward_code'], unique=False)

    op.create_table('audit_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('event', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('roles', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('record_kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('record_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason_text', sa.Text(), nullable=False),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.Column('previous_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_events'))
    )
    with op.batch_alter_table('audit_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_events_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_events_event'), ['event'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_events_record_key'), ['record_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_events_user_id'), ['user_id'], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(REFUSE_SQLITE.format(what=what))
        op.execute(REFUSE_NUMBER_SQLITE)
    else:
        for statement in REFUSE_POSTGRESQL:
            op.execute(statement)
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('seal', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    key_state = op.create_table('key_state',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_state'))
    )
    op.bulk_insert(key_state, [{'id': 1, 'generation': 0, 'fingerprint': ''}])
    op.create_table('caller_plans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('caller_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('next_review', sa.Date(), nullable=True),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('changed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('changed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_caller_plans')),
    sa.UniqueConstraint('caller_key', name=op.f('uq_caller_plans_caller_key'))
    )
    op.create_table('location_merges',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('from_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('to_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('evidence', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('suggested_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('decided_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('decided_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_location_merges')),
    sa.UniqueConstraint('from_key', 'to_key', name=op.f('uq_location_merges_from_key_to_key'))
    )
    with op.batch_alter_table('location_merges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_location_merges_from_key'), ['from_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_location_merges_status'), ['status'], unique=False)
        batch_op.create_index(batch_op.f('ix_location_merges_to_key'), ['to_key'], unique=False)

    op.create_table('recording_breaks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('force', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('what', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('marked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('marked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_breaks')),
    sa.UniqueConstraint('force', 'day', 'what', name=op.f('uq_recording_breaks_force_day_what'))
    )
    op.create_table('sign_offs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('content_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('signed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('signed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_offs')),
    sa.UniqueConstraint('subject', 'content_hash', name=op.f('uq_sign_offs_subject_content_hash'))
    )
    op.create_table('users',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('roles', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('roles_from', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('agency', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('signed_in_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('last_seen_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('signed_out_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('sharing_screen', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('subject', name=op.f('uq_users_subject'))
    )
    op.create_table('calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('force', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source_system', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('call_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('called_at', sa.DateTime(), nullable=False),
    sa.Column('month', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('caller_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('phone_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sealed_name', sa.Text(), nullable=False),
    sa.Column('incident_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('location_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_calls_import_id_imports')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calls')),
    sa.UniqueConstraint('force', 'source_system', 'call_id', name=op.f('uq_calls_force_source_system_call_id'))
    )
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.create_index('ix_calls_caller_key_called_at', ['caller_key', 'called_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_calls_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_calls_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_calls_incident_id'), ['incident_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_calls_location_key'), ['location_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_calls_month'), ['month'], unique=False)
        batch_op.create_index(batch_op.f('ix_calls_phone_key'), ['phone_key'], unique=False)

    op.create_table('cases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('force', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source_system', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('case_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('opened', sa.Date(), nullable=False),
    sa.Column('closed', sa.Date(), nullable=True),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('lead_agency', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('risk_band', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('last_review', sa.Date(), nullable=True),
    sa.Column('next_review', sa.Date(), nullable=True),
    sa.Column('location_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('victim_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('problem_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ward_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('shared_with', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('victim_told', sa.Date(), nullable=True),
    sa.Column('review_opened', sa.Date(), nullable=True),
    sa.Column('review_opened_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''),
    sa.Column('sealed_review_reason', sa.Text(), nullable=False, server_default=''),
    sa.Column('sealed_extra', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_cases_import_id_imports')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sa.UniqueConstraint('force', 'source_system', 'case_id', name=op.f('uq_cases_force_source_system_case_id'))
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cases_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_location_key'), ['location_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_victim_key'), ['victim_key'], unique=False)

    op.create_table('case_updates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_key', sa.Integer(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('agency', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('review_level', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''),
    sa.Column('sealed_text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_key'], ['cases.id'], name=op.f('fk_case_updates_case_key_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_updates'))
    )
    with op.batch_alter_table('case_updates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_updates_case_key'), ['case_key'], unique=False)

    op.create_table('risk_assessments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_key', sa.Integer(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('matrix_version', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('matrix_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''),
    sa.Column('sealed_answers', sa.Text(), nullable=False),
    sa.Column('lowest', sa.Integer(), nullable=False),
    sa.Column('highest', sa.Integer(), nullable=False),
    sa.Column('lowest_band', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('highest_band', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('override_band', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sealed_override_reason', sa.Text(), nullable=False, server_default=''),
    sa.ForeignKeyConstraint(['case_key'], ['cases.id'], name=op.f('fk_risk_assessments_case_key_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_assessments'))
    )
    with op.batch_alter_table('risk_assessments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_risk_assessments_case_key'), ['case_key'], unique=False)

    op.create_table('standard_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_key', sa.Integer(), nullable=False),
    sa.Column('standard', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('agency', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('done', sa.Date(), nullable=True),
    sa.Column('done_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sealed_not_possible', sa.Text(), nullable=False, server_default=''),
    sa.ForeignKeyConstraint(['case_key'], ['cases.id'], name=op.f('fk_standard_steps_case_key_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standard_steps')),
    sa.UniqueConstraint('case_key', 'standard', name=op.f('uq_standard_steps_case_key_standard'))
    )
    with op.batch_alter_table('standard_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_standard_steps_case_key'), ['case_key'], unique=False)

    with op.batch_alter_table('incidents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('event_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('domestic_abuse_flag', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default='not recorded'))
        batch_op.add_column(sa.Column('child_flag', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default='not recorded'))
        batch_op.create_index(batch_op.f('ix_incidents_incident_id'), ['incident_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_incidents_victim_key'), ['victim_key'], unique=False)

    with op.batch_alter_table('locations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sealed_address', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('postcode_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('block_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_locations_block_key'), ['block_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_locations_postcode_key'), ['postcode_key'], unique=False)
        batch_op.add_column(sa.Column('uprn_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_locations_uprn_key'), ['uprn_key'], unique=False)

    _carry_uprns_over()
    with op.batch_alter_table('locations', schema=None) as batch_op:
        batch_op.drop_column('uprn')



def _carry_uprns_over() -> None:
    """Put UPRNs where the change to keys, which follows in the same command, turns them into
    pseudonyms; what is no number is no UPRN.
    """
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT id, uprn FROM locations WHERE uprn <> ''"))
    rows = [
        {"row": row, "key": f"uprn-{uprn.lstrip('0')}"}
        for row, uprn in found
        if uprn.isascii() and uprn.isdecimal() and uprn.strip('0') and len(uprn.lstrip('0')) <= 12
    ]
    if rows:
        connection.execute(sa.text("UPDATE locations SET uprn_key = :key WHERE id = :row"), rows)


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table('locations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('uprn', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.drop_index(batch_op.f('ix_locations_uprn_key'))
        batch_op.drop_column('uprn_key')
        batch_op.drop_index(batch_op.f('ix_locations_postcode_key'))
        batch_op.drop_index(batch_op.f('ix_locations_block_key'))
        batch_op.drop_column('block_key')
        batch_op.drop_column('postcode_key')
        batch_op.drop_column('sealed_address')

    with op.batch_alter_table('incidents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incidents_victim_key'))
        batch_op.drop_index(batch_op.f('ix_incidents_incident_id'))
        batch_op.drop_column('child_flag')
        batch_op.drop_column('domestic_abuse_flag')
        batch_op.drop_column('event_key')

    with op.batch_alter_table('standard_steps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_standard_steps_case_key'))

    op.drop_table('standard_steps')
    with op.batch_alter_table('risk_assessments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_risk_assessments_case_key'))

    op.drop_table('risk_assessments')
    with op.batch_alter_table('case_updates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_updates_case_key'))

    op.drop_table('case_updates')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cases_victim_key'))
        batch_op.drop_index(batch_op.f('ix_cases_location_key'))
        batch_op.drop_index(batch_op.f('ix_cases_import_id'))
        batch_op.drop_index(batch_op.f('ix_cases_case_id'))

    op.drop_table('cases')
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calls_phone_key'))
        batch_op.drop_index(batch_op.f('ix_calls_month'))
        batch_op.drop_index(batch_op.f('ix_calls_location_key'))
        batch_op.drop_index(batch_op.f('ix_calls_incident_id'))
        batch_op.drop_index(batch_op.f('ix_calls_import_id'))
        batch_op.drop_index(batch_op.f('ix_calls_call_id'))
        batch_op.drop_index('ix_calls_caller_key_called_at')

    op.drop_table('calls')
    op.drop_table('users')
    op.drop_table('sign_offs')
    op.drop_table('recording_breaks')
    with op.batch_alter_table('location_merges', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_location_merges_to_key'))
        batch_op.drop_index(batch_op.f('ix_location_merges_status'))
        batch_op.drop_index(batch_op.f('ix_location_merges_from_key'))

    op.drop_table('location_merges')
    op.drop_table('caller_plans')
    op.drop_table('key_state')
    op.drop_table('audit_head')
    with op.batch_alter_table('audit_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_events_user_id'))
        batch_op.drop_index(batch_op.f('ix_audit_events_record_key'))
        batch_op.drop_index(batch_op.f('ix_audit_events_event'))
        batch_op.drop_index(batch_op.f('ix_audit_events_at'))

    op.drop_table('audit_events')
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_audit_change()")
        op.execute("DROP FUNCTION refuse_audit_number()")
    with op.batch_alter_table('actions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_actions_ward_code'))
        batch_op.drop_index(batch_op.f('ix_actions_about_key'))

    op.drop_table('actions')
