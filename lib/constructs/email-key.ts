import { RemovalPolicy } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { allow } from './rights.ts';

const KEY_CHARACTERS = 64;

/** The key of the e-mail hashes, made once by Secrets Manager and known to nobody. */
export class EmailKey extends Construct {
  readonly #secret: secretsmanager.Secret;

  constructor(scope: Construct, id: string, props: { readonly isRetained: boolean }) {
    super(scope, id);
    this.#secret = new secretsmanager.Secret(this, 'Secret', {
      description: 'Key of the e-mail hashes. With another one, every user becomes a new version.',
      generateSecretString: { passwordLength: KEY_CHARACTERS, excludePunctuation: true },
      removalPolicy: props.isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(
      this.#secret,
      'AwsSolutions-SMG4',
      'Rotating the key would change every hash: one person would become two. It guards a pseudonym, not an access.',
    );
  }

  /** Lets the role read the key. */
  forHashing(role: iam.Role): string {
    allow(role, ['secretsmanager:GetSecretValue'], [this.#secret.secretArn]);
    return this.#secret.secretArn;
  }
}
