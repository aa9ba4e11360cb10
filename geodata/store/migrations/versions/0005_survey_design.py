"""design and licence of surveys, and larger segments of area segments."""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step on."""
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.add_column(sa.Column('licence', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))

    with op.batch_alter_table('area_segments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parent_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))

    with op.batch_alter_table('survey_respondents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stratum_key', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('cluster_key', sqlmodel.sql.sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table('survey_respondents', schema=None) as batch_op:
        batch_op.drop_column('cluster_key')
        batch_op.drop_column('stratum_key')

    with op.batch_alter_table('area_segments', schema=None) as batch_op:
        batch_op.drop_column('parent_code')

    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.drop_column('licence')
