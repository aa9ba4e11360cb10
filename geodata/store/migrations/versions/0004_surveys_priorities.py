"""surveys, signal events, neighbourhood teams, postcodes and priorities."""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step on."""
    op.create_table('signal_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('easting', sa.Float(), nullable=False),
    sa.Column('northing', sa.Float(), nullable=False),
    sa.Column('radius_m', sa.Float(), nullable=False),
    sa.Column('ward_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('is_synthetic', sa.Boolean(), nullable=False),
    sa.Column('added_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('added_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('withdrawn_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signal_events'))
    )
    with op.batch_alter_table('signal_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signal_events_ward_code'), ['ward_code'], unique=False)

    op.create_table('neighbourhood_officers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('ward_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('team', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('phone', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('is_lead', sa.Boolean(), nullable=False),
    sa.Column('as_at', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_neighbourhood_officers_import_id_imports')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_neighbourhood_officers'))
    )
    with op.batch_alter_table('neighbourhood_officers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_neighbourhood_officers_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_neighbourhood_officers_ward_code'), ['ward_code'], unique=False)

    op.create_table('postcodes',
    sa.Column('postcode', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('ward_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('lsoa_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_postcodes_import_id_imports')),
    sa.PrimaryKeyConstraint('postcode', name=op.f('pk_postcodes'))
    )
    with op.batch_alter_table('postcodes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_postcodes_import_id'), ['import_id'], unique=False)

    op.create_table('priorities',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('ward_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('linked_plan', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('people_asked', sa.Integer(), nullable=True),
    sa.Column('how_representative', sa.Text(), nullable=False),
    sa.Column('you_said', sa.Text(), nullable=False),
    sa.Column('we_did', sa.Text(), nullable=False),
    sa.Column('imported_as', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('is_synthetic', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('changed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_priorities_import_id_imports')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_priorities')),
    sa.UniqueConstraint('ward_code', 'title', 'agreed_on', name=op.f('uq_priorities_ward_code_title_agreed_on'))
    )
    with op.batch_alter_table('priorities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_priorities_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_priorities_ward_code'), ['ward_code'], unique=False)

    op.create_table('surveys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reach', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('about', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('classification', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('complete_to', sa.Date(), nullable=True),
    sa.Column('items', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_surveys_import_id_imports')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surveys')),
    sa.UniqueConstraint('name', name=op.f('uq_surveys_name'))
    )
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_surveys_import_id'), ['import_id'], unique=False)

    op.create_table('survey_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('respondent', sa.BigInteger(), nullable=False),
    sa.Column('item', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('yes', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_answers_survey_id_surveys'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answers'))
    )
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.create_index('ix_survey_answers_survey_id_item', ['survey_id', 'item'], unique=False)

    op.create_table('survey_estimates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('item', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('period', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('low', sa.Float(), nullable=True),
    sa.Column('high', sa.Float(), nullable=True),
    sa.Column('respondents', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_survey_estimates_import_id_imports')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_estimates_survey_id_surveys'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_estimates'))
    )
    with op.batch_alter_table('survey_estimates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_estimates_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_estimates_survey_id'), ['survey_id'], unique=False)

    op.create_table('survey_respondents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('respondent', sa.BigInteger(), nullable=False),
    sa.Column('respondent_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('weight', sa.Float(), nullable=False),
    sa.Column('quarter', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ward_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('segment_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_survey_respondents_import_id_imports')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_respondents_survey_id_surveys'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_respondents')),
    sa.UniqueConstraint('survey_id', 'respondent', name=op.f('uq_survey_respondents_survey_id_respondent'))
    )
    with op.batch_alter_table('survey_respondents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_respondents_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_respondents_survey_id'), ['survey_id'], unique=False)



def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table('survey_respondents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_respondents_survey_id'))
        batch_op.drop_index(batch_op.f('ix_survey_respondents_import_id'))

    op.drop_table('survey_respondents')
    with op.batch_alter_table('survey_estimates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_estimates_survey_id'))
        batch_op.drop_index(batch_op.f('ix_survey_estimates_import_id'))

    op.drop_table('survey_estimates')
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_answers_survey_id_item')

    op.drop_table('survey_answers')
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_surveys_import_id'))

    op.drop_table('surveys')
    with op.batch_alter_table('priorities', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_priorities_ward_code'))
        batch_op.drop_index(batch_op.f('ix_priorities_import_id'))

    op.drop_table('priorities')
    with op.batch_alter_table('postcodes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_postcodes_import_id'))

    op.drop_table('postcodes')
    with op.batch_alter_table('neighbourhood_officers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_neighbourhood_officers_ward_code'))
        batch_op.drop_index(batch_op.f('ix_neighbourhood_officers_import_id'))

    op.drop_table('neighbourhood_officers')
    with op.batch_alter_table('signal_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signal_events_ward_code'))

    op.drop_table('signal_events')
