"""scores of areas, for the safety index."""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step on."""
    op.create_table('area_score_sources',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('measures', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('as_at', sa.Date(), nullable=False),
    sa.Column('higher_is', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('top', sa.Float(), nullable=True),
    sa.Column('licence', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_area_score_sources_import_id_imports')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_score_sources')),
    sa.UniqueConstraint('name', name=op.f('uq_area_score_sources_name'))
    )
    with op.batch_alter_table('area_score_sources', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_score_sources_import_id'), ['import_id'], unique=False)

    op.create_table('area_scores',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_area_scores_import_id_imports')),
    sa.ForeignKeyConstraint(['source_id'], ['area_score_sources.id'], name=op.f('fk_area_scores_source_id_area_score_sources')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_scores')),
    sa.UniqueConstraint('source_id', 'kind', 'code', name=op.f('uq_area_scores_source_id_kind_code'))
    )
    with op.batch_alter_table('area_scores', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_scores_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_scores_source_id'), ['source_id'], unique=False)


def downgrade() -> None:
    """Go one step back."""
    op.drop_table('area_scores')
    op.drop_table('area_score_sources')
